import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { searchResponse } from '../../../src/contracts/gateway.ts';
import { startProcess } from '../../lib/runtime/process/service-process.ts';
import { startOrigin } from '../../lib/runtime/fetch/origin.ts';
import { drawPhoto } from '../../vendors/pictures.ts';
import { startXimilar } from '../../vendors/start.ts';
import { credentials } from '../../lib/runtime/process/credentials-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/services/ximilar-gw/main.ts');

const { directory, remove } = credentials({ 'ximilar-api-token': 'planted-token\n' });
afterAll(remove);

describe('ximilar-gw', () => {
  it.each([
    [{ UNDE_XIMILAR_GW_COLLECTION: '' }, 'UNDE_XIMILAR_GW_COLLECTION'],
    [{ UNDE_XIMILAR_GW_RATE: '0' }, 'UNDE_XIMILAR_GW_RATE'],
    [{ UNDE_XIMILAR_GW_ALLOWED_HOSTS: 'https://photos.example/' }, 'UNDE_XIMILAR_GW_ALLOWED_HOSTS'],
    [{ CREDENTIALS_DIRECTORY: '/nowhere' }, 'ximilar-api-token'],
    [{ UNDE_EMBEDDER: 'http://127.0.0.1:1', UNDE_DB_PRODUCTION: 'somewhere' }, 'db-production-ximilar-gw'],
  ])('refuses %j with code 78, naming it', async (env, named) => {
    const service = startProcess(MAIN, {
      UNDE_XIMILAR_GW_COLLECTION: 'catalogue',
      CREDENTIALS_DIRECTORY: directory,
      ...env,
    });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)?.['msg']).toContain(named);
  });

  it('serves what its fleet has: without embedder and database by Ximilar, which gets its token', async () => {
    const simulator = await startXimilar('planted-token');
    const photo = await drawPhoto([{ colour: 'crimson', box: [0.2, 0.2, 0.6, 0.6] }]);
    const origin = await startOrigin({
      '/photo.jpg': (response) => void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo),
    });
    const service = startProcess(MAIN, {
      UNDE_XIMILAR_GW_COLLECTION: 'catalogue',
      CREDENTIALS_DIRECTORY: directory,
      UNDE_XIMILAR_GW_URL: simulator.url,
      UNDE_XIMILAR_GW_ALLOWED_HOSTS: origin.host,
      UNDE_XIMILAR_GW_PERMITTED_RANGES: '127.0.0.0/8',
    });
    const url = await service.url;
    const response = await fetch(`${url}/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image_url: `http://${origin.host}/photo.jpg` }),
    });
    expect(response.status).toBe(200);
    expect(searchResponse.parse(await response.json())).toMatchObject({
      candidates: [],
      backend: 'conditional',
      degraded: ['pgvector'],
      flags: '0',
    });
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      status: 'ok',
      flags: { version: '0' },
    });
    expect(JSON.stringify(service.log)).not.toContain('planted-token');
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    await Promise.all([simulator.close(), origin.close()]);
  });
});
