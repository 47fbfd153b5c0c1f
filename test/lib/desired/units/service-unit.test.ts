import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  renderEnvironment,
  renderServiceUnit,
  settingValues,
  unitOf,
} from '../../../../src/lib/desired/units/service-unit.ts';
import type { RenderScope } from '../../../../src/lib/manifest/manifest.ts';
import type { SettingSpec } from '../../../../src/lib/manifest/setting.ts';
import { testScope } from '../scope/test-scope.ts';
import { FLEET, ours, theirs } from '../service-fixture.ts';

const TEMPLATE = readFileSync(path.resolve(import.meta.dirname, '../../../../systemd/service.unit'), 'utf8');

const lines = (...given: Parameters<typeof renderServiceUnit>) => renderServiceUnit(...given).split('\n');

describe('renderServiceUnit', () => {
  it('says whose unit it is, and leaves nothing of the template open', () => {
    const unit = lines(TEMPLATE, ours());
    expect(unit).toContain('Description=UNDE greeter: greets whoever asks');
    expect(unit).toContain(
      'ExecStart=/var/lib/unde/services/greeter/current/node --enable-source-maps /var/lib/unde/services/greeter/current/main.js',
    );
    expect(unit).toContain('EnvironmentFile=/etc/unde/greeter.env');
    expect(unit.join('\n')).not.toMatch(/\{\{|\}\}|undefined/);
  });

  it('gives it the times of its manifest', () => {
    const unit = lines(TEMPLATE, ours());
    expect(unit).toContain('TimeoutStartSec=15');
    expect(unit).toContain('TimeoutStopSec=5');
    expect(unit).toContain('WatchdogSec=10');
  });

  it('sets the limits that the manifest names, and no others', () => {
    expect(lines(TEMPLATE, ours()).filter((line) => /^(MemoryMax|TasksMax|LimitNOFILE)=/.test(line))).toEqual(
      [],
    );
    const limits = {
      memoryMax: '2G',
      tasksMax: 256,
      openFiles: 4096,
      stopSeconds: 5,
      watchdogSeconds: 10,
    };
    expect(lines('{{limits}}', ours({ limits }))).toEqual([
      'MemoryMax=2G',
      'TasksMax=256',
      'LimitNOFILE=4096',
    ]);
  });

  it('loads every credential, each from its own file', () => {
    expect(lines('{{limits}}', ours(), ['a-key', 'b-key'])).toEqual([
      'LoadCredentialEncrypted=a-key:/etc/credstore.encrypted/unde.greeter.a-key',
      'LoadCredentialEncrypted=b-key:/etc/credstore.encrypted/unde.greeter.b-key',
    ]);
  });

  it('takes a purpose as it is, whatever it looks like', () => {
    expect(lines('{{purpose}}', ours({ purpose: 'costs $1, or $& {{name}} of it' }))).toEqual([
      'costs $1, or $& {{name}} of it',
    ]);
  });

  it("shuts the service in: no new rights, a user of its own, the system's files read-only", () => {
    const unit = lines(TEMPLATE, ours());
    for (const line of ['DynamicUser=yes', 'NoNewPrivileges=yes', 'ProtectSystem=strict']) {
      expect(unit).toContain(line);
    }
  });
});

describe('unitOf', () => {
  it("is named by the tool for ours, and by the package for a third party's", () => {
    expect(unitOf(ours())).toBe('unde-greeter.service');
    expect(unitOf(theirs())).toBe('mailer.service');
  });
});

const SETTINGS: readonly SettingSpec[] = [
  { variable: 'GREETER_WORDS', key: 'words', type: 'list', default: ['hello', 'ahoy'], purpose: 'greetings' },
  { variable: 'GREETER_QUEUE', key: 'queue', type: 'integer', default: 8, purpose: 'who may wait' },
  { variable: 'GREETER_SIGN', key: 'sign', type: 'string', default: '', purpose: 'who greets' },
];

function environment(
  settings: Readonly<Record<string, string>> = {},
  further?: (scope: RenderScope) => Readonly<Record<string, string>>,
): string[] {
  const manifest = ours({ settings: SETTINGS, ...(further === undefined ? {} : { environment: further }) });
  const scope = testScope({ inventory: FLEET, manifest, settings });
  return renderEnvironment(manifest, scope).split('\n');
}

describe('renderEnvironment', () => {
  it('has every setting in the order of the manifest, defaults filled in', () => {
    expect(environment()).toEqual([
      "# Rendered by unde from the inventory's settings of greeter.",
      'GREETER_WORDS=hello,ahoy',
      'GREETER_QUEUE=8',
      'GREETER_SIGN=',
      '',
    ]);
  });

  it('has what follows from the fleet after that', () => {
    const found = environment({}, ({ placementsOf, addressOf }) => ({
      GREETER_PEERS: placementsOf('greeter').map(addressOf).join(','),
    }));
    expect(found.at(-2)).toBe('GREETER_PEERS=10.1.0.4,10.1.0.5');
  });

  it.each([
    ['https://a.example:8443/x?y=1', '"https://a.example:8443/x?y=1"'],
    ['https://a.example:8443/x', 'https://a.example:8443/x'],
    ['good evening', '"good evening"'],
    ['say "hi"', String.raw`"say \"hi\""`],
    ['C:\\dir', String.raw`"C:\\dir"`],
    ['$HOME `id`', '"\\$HOME \\`id\\`"'],
    ["it's", `"it's"`],
    ['# no comment', '"# no comment"'],
  ])('writes %s as systemd reads it', (sign, written) => {
    expect(environment({ sign })).toContain(`GREETER_SIGN=${written}`);
  });
});

describe('settingValues', () => {
  const values = (given: Readonly<Record<string, unknown>>) =>
    settingValues(ours({ settings: SETTINGS }), given);

  it('makes text of what the inventory has, and of the defaults', () => {
    expect(values({ words: ['a', 1], queue: 3 })).toEqual({ words: 'a,1', queue: '3', sign: '' });
  });

  it('refuses a setting that there is not', () => {
    expect(() => values({ tone: 'warm' })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_SETTING',
        exit: 'config',
        hint: 'it has: words, queue, sign',
      }),
    );
    expect(() => settingValues(ours(), { tone: 'warm' })).toThrow(
      expect.objectContaining({ hint: 'greeter takes no settings' }),
    );
  });

  it.each([
    [{ queue: '8' }, 'services.greeter.settings.queue takes one integer, not "8"'],
    [{ queue: 1.5 }, 'services.greeter.settings.queue takes one integer, not 1.5'],
    [{ words: 'hello' }, 'services.greeter.settings.words takes a list, not "hello"'],
    [{ words: [true] }, 'services.greeter.settings.words takes a list, not [true]'],
    [{ sign: 3 }, 'services.greeter.settings.sign takes one string, not 3'],
    [{ sign: 'a\nEVIL=1' }, String.raw`services.greeter.settings.sign takes one string, not "a\nEVIL=1"`],
  ])('refuses %j, and says where it stands', (given, message) => {
    expect(() => values(given)).toThrow(expect.objectContaining({ code: 'BAD_SETTING', message }));
  });
});
