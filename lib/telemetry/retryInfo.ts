import protobuf from 'protobufjs/minimal.js'

const tag = (field: number, wire: number) => (field << 3) | wire

/**
 * `google.rpc.Status` with a `google.rpc.RetryInfo`: how gRPC says that, and when, the same may be sent again. Field
 * numbers: `google/rpc/status.proto`, `google/rpc/error_details.proto`, `google/protobuf/{any,duration}.proto`.
 */
export function writeRetryDetails(code: number, message: string, delayMs: number): Uint8Array {
  const retryInfo = protobuf.Writer.create()
    .uint32(tag(1, 2))
    .fork()
    .uint32(tag(1, 0))
    .int64(Math.floor(delayMs / 1_000))
    .uint32(tag(2, 0))
    .int32((delayMs % 1_000) * 1e6)
    .ldelim()
    .finish()
  return protobuf.Writer.create()
    .uint32(tag(1, 0))
    .int32(code)
    .uint32(tag(2, 2))
    .string(message)
    .uint32(tag(3, 2))
    .fork()
    .uint32(tag(1, 2))
    .string('type.googleapis.com/google.rpc.RetryInfo')
    .uint32(tag(2, 2))
    .bytes(retryInfo)
    .ldelim()
    .finish()
}
