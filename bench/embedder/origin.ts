/** Serves the benchmark's photos from memory, as a process of its own: `node origin.ts FILE…`. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const photos = process.argv.slice(2).map((file) => readFileSync(file));
const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const photo = photos[Number(request.url?.slice(1)) % photos.length];
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo?.length ?? 0 }).end(photo);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
