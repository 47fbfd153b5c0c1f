import { describe, expect, it } from 'vitest';
import { photoForm } from '../../../../src/lib/operations/recognize/photo-form.ts';
import { renderRecognition, renderStep } from '../../../../src/lib/operations/recognize/render.ts';
import type { Recognition } from '../../../../src/contracts/recognize.ts';
import { candidate, garment, ID } from '../../../services/recognition/fixture.ts';

describe('photoForm', () => {
  it('is a form that the platform’s own parser reads back', async () => {
    const photo = Buffer.from([0xff, 0xd8, 0x0d, 0x0a, 0x2d, 0x2d, 0x00]);
    const form = await new Response(photoForm(photo, ID)).formData();
    expect(form.get('id')).toBe(ID);
    expect(Buffer.from(await (form.get('image') as File).arrayBuffer())).toEqual(photo);
  });
});

describe('what an operator reads', () => {
  const base: Recognition = {
    id: ID,
    state: 'done',
    steps: [],
    garments: [],
    degraded: [],
    cost_usd: 0.0012,
    ms: 3210,
    error: null,
  };

  it('says what was found, from where, and what the answer went without', () => {
    const found = candidate('z-1', { source: 'both', scores: { pgvector: 0.91, ximilar: 0.8 } });
    const text = renderRecognition({
      ...base,
      degraded: ['gemini'],
      garments: [
        { ...garment(0), tags: null, candidates: [{ ...found, rerank_score: null, in_stock: true }] },
        { ...garment(1), tags: null, candidates: [] },
      ],
    });
    expect(text).toContain('1. dress');
    expect(text).toMatch(/z-1\s+zara\s+both\s+0\.910\s+0\.800\s+yes\s+z-1/);
    expect(text).toContain('nothing that can be bought was found');
    expect(text).toContain('done in 3.2 s, $0.0012  degraded: went without gemini');
  });

  it('says why there is nothing', () => {
    const error = { code: 'TEMPORARILY_UNAVAILABLE', message: 'please try again' };
    const text = renderRecognition({ ...base, state: 'dead', garments: [], error });
    expect(text).toContain('TEMPORARILY_UNAVAILABLE  please try again');
  });

  it('shows a step with its time', () => {
    expect(renderStep({ step: 'detect', state: 'done', ms: 312, note: '1: dress' })).toBe(
      '✔ detect         312 ms  1: dress',
    );
  });
});
