/** Stored answers are text that repeats itself: chunks of a stream shrink to a twentieth. */

export async function compress(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return await through(new TextEncoder().encode(text), new CompressionStream("gzip"));
}

export async function expand(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new TextDecoder().decode(await through(bytes, new DecompressionStream("gzip")));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
