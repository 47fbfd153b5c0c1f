/**
 * A photo as a multipart form (RFC 7578): the fields `id` and `image`, as recognition takes them.
 *
 * @param id The request's id, a UUID, which also serves as the boundary: no photo contains it.
 */
export function photoForm(photo: Buffer, id: string): { headers: Record<string, string>; body: Buffer } {
  const boundary = `unde-${id}`;
  const part = (head: string) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`);
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([
      part('name="id"'),
      Buffer.from(`${id}\r\n`),
      part('name="image"; filename="photo"\r\nContent-Type: application/octet-stream'),
      photo,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}
