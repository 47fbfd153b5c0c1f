import { describe, expect, it } from 'vitest';
import type { Silence } from '../../../../src/lib/operations/alerts/alert-list.ts';
import { silenceOf, silenceRequest } from '../../../../src/lib/operations/alerts/silence.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const request = { alert: 'HostDown', seconds: 7200, by: 'kim@ops', why: 'new disk' };

describe('silenceRequest', () => {
  it('is what Alertmanager asks for', () => {
    expect(silenceRequest({ ...request, host: 'push' }, NOW, ['HostDown'])).toEqual({
      matchers: [
        { name: 'alertname', value: 'HostDown', isRegex: false, isEqual: true },
        { name: 'host', value: 'push', isRegex: false, isEqual: true },
      ],
      startsAt: '2026-03-01T12:00:00.000Z',
      endsAt: '2026-03-01T14:00:00.000Z',
      createdBy: 'kim@ops',
      comment: 'new disk',
    });
    const all = silenceRequest({ ...request, alert: 'all', host: 'push' }, NOW, []) as {
      matchers: unknown[];
    };
    expect(all.matchers).toHaveLength(1);
  });

  it('knows no alert that there is not, and never silences everything', () => {
    expect(() => silenceRequest({ ...request, alert: 'HostDwn' }, NOW, ['HostDown'])).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_ALERT', hint: 'did you mean HostDown?' }),
    );
    expect(() => silenceRequest({ ...request, alert: 'all' }, NOW, ['HostDown'])).toThrow(
      expect.objectContaining({ code: 'TOO_MUCH_SILENCE' }),
    );
  });
});

describe('silenceOf', () => {
  const silences = ['3f6d1c02-a', '3f99aaaa-b'].map((id) => ({ id }) as Silence);

  it('finds one by its id or the beginning of it', () => {
    expect(silenceOf('3f6', silences).id).toBe('3f6d1c02-a');
  });

  it.each([
    ['3f', /begins the ids of 2 silences/],
    ['77', /no silence in force has the id "77"/],
  ])('refuses %s', (written, message) => {
    expect(() => silenceOf(written, silences)).toThrow(message);
  });
});
