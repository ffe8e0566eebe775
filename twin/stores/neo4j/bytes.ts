/** Bytes in the driver's shape: Neo4j's byte arrays are signed. The memory is shared, not copied. */
export function signed(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes of the driver in our shape. The memory is shared, not copied. */
export function unsigned(bytes: Int8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
