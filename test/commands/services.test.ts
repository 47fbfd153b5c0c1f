import { describe, expect, it } from 'vitest';
import Services from '../../src/commands/services.ts';
import { capturedRun } from './inventory/captured-run.ts';

describe('unde services', () => {
  it('lists what is built and what is planned, with where each is placed', async () => {
    const { stdout } = await capturedRun(Services);
    expect(stdout).toMatch(/^embedder +ours +8003 +embedder +\S/m);
    expect(stdout).toMatch(/^node-exporter +platform +9100 +every host +\S/m);
    expect(stdout).toMatch(/^posthog +planned +8000 +posthog$/m);
  });

  it('prints data with --json', async () => {
    const run = await capturedRun(Services, '--json');
    expect(run.json()).toMatchObject({
      services: expect.arrayContaining([
        expect.objectContaining({ name: 'embedder', built: true, port: 8003 }),
      ]),
    });
  });
});
