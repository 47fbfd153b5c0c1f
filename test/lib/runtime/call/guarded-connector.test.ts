import { afterEach, describe, expect, it } from 'vitest';
import { Agent } from 'undici';
import { guardedConnector } from '../../../../src/lib/runtime/call/guarded-connector.ts';
import { startOrigin, type Origin } from '../fetch/origin.ts';

let origin: Origin | undefined;
afterEach(() => origin?.close());

async function get(url: string): Promise<number> {
  const agent = new Agent({ connect: guardedConnector({ timeoutMs: 0 }, { UNDE_ONLY_LAB: '1' }) });
  try {
    const { origin: base, pathname } = new URL(url);
    const { statusCode, body } = await agent.request({ origin: base, path: pathname, method: 'GET' });
    await body.dump();
    return statusCode;
  } finally {
    await agent.destroy();
  }
}

describe('guardedConnector', () => {
  it('connects to loopback, by address and by name', async () => {
    origin = await startOrigin({ '/': (response) => void response.writeHead(204).end() });
    expect(await get(`http://${origin.host}/`)).toBe(204);
    expect(await get(`http://localhost:${origin.host.split(':')[1]}/`)).toBe(204);
  });

  it.each([
    'https://api.ximilar.com/',
    'http://10.1.0.12/',
    'http://[2001:4860:4860::8888]/',
    'http://8.8.8.8/',
  ])('opens nothing to %s', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ code: 'OUTSIDE_LAB' });
  });
});
