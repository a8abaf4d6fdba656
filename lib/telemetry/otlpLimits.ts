/** How much of one export request is read. Bytes are bounded before, where the body comes in. */
export interface OtlpLimits {
  readonly spansMax: number
  /** Of one span or one resource. */
  readonly attributesMax: number
  /**
   * Messages of any kind in one protobuf body: bounds the memory that a body of empty messages can ask for.
   */
  readonly messagesMax: number
  /** Longer text is cut. */
  readonly textMax: number
  /** Further items of an array are left out. */
  readonly itemsMax: number
}

export const otlpLimits: OtlpLimits = {
  spansMax: 20_000,
  attributesMax: 512,
  messagesMax: 1_000_000,
  textMax: 8_192,
  itemsMax: 64,
}
