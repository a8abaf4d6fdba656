import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'

/** How a call of gRPC ended. */
export interface GrpcAnswer {
  /** The name of the status, as in `OK`. */
  readonly status: string
  readonly details: string
  /** Whether the caller was told when to come again. */
  readonly retryInfo: boolean
  readonly body: Buffer | null
}

export interface GrpcCaller {
  call(path: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<GrpcAnswer>
  close(): void
}

/** Calls an address with bytes as they are, as somebody does who is no exporter. */
export function grpcCaller(address: string): GrpcCaller {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  })
  const asItIs = (bytes: Buffer) => bytes
  return {
    async call(path, body, headers = {}) {
      const metadata = new Metadata()
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
      return await new Promise((resolve) => {
        const ended = (error: ServiceError | null, answer?: Buffer) =>
          resolve({
            status: status[error?.code ?? status.OK] ?? 'none',
            details: error?.details ?? '',
            retryInfo: String(error?.metadata.get('grpc-status-details-bin')[0] ?? '').includes('RetryInfo'),
            body: answer ?? null,
          })
        const deadline = Date.now() + 20_000
        client.makeUnaryRequest(path, asItIs, asItIs, Buffer.from(body), metadata, { deadline }, ended)
      })
    },
    close: () => client.close(),
  }
}
