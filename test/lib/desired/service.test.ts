import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/lib/desired/release/release.ts';
import { desiredService, type DesiredService } from '../../../src/lib/desired/service.ts';
import type { Manifest, PlatformManifest, ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import type { SecretEntry } from '../../../src/lib/secrets/store.ts';
import { testScope } from './scope/test-scope.ts';
import { FLEET, ours, theirs } from './service-fixture.ts';

const TEMPLATE = 'ExecStart={{directory}}/main.js\n{{limits}}\n';
const RELEASE: Release = { service: 'greeter', digest: 'a'.repeat(64), files: [] };

interface Given {
  readonly host?: string;
  readonly release?: Release;
  readonly settings?: Readonly<Record<string, string>>;
  readonly entries?: readonly Partial<SecretEntry>[];
  readonly template?: string;
}

function desired(manifest: Manifest, given: Given = {}): DesiredService {
  const { host, settings, template = TEMPLATE, entries = [] } = given;
  const scope = testScope({ inventory: FLEET, manifest, host, settings });
  const store = {
    entry: (name: string) => entries.find((entry) => entry.name === name) as SecretEntry | undefined,
  };
  const release = manifest.kind === 'service' ? (given.release ?? RELEASE) : undefined;
  return desiredService(manifest, scope, template, release, store);
}

const greeter = (parts: Partial<ServiceManifest> = {}, given: Given = {}) => desired(ours(parts), given);
const mailer = (parts: Partial<PlatformManifest> = {}, given: Given = {}) => desired(theirs(parts), given);
const paths = ({ files }: DesiredService) => files.map(({ path }) => path);

const JOB = {
  name: 'tidy_up',
  does: 'tidies up',
  calendar: '*-*-* 03:00:00',
  command: '{{directory}}/tidy',
  timeoutSeconds: 60,
} as const;

describe('the desired state of one of ours', () => {
  it('is its release, a unit of its own and an environment file', () => {
    const state = greeter();
    expect(state).toMatchObject({
      service: 'greeter',
      kind: 'service',
      unit: 'unde-greeter.service',
      port: 8099,
      stopSeconds: 5,
      packages: [],
      companions: [],
      release: RELEASE,
      digest: RELEASE.digest,
      rolling: 'independent',
      after: [],
      foundation: false,
    });
    expect(state.files.map(({ path, mode }) => [path, mode])).toEqual([
      ['/etc/systemd/system/unde-greeter.service', 0o644],
      ['/etc/unde/greeter.env', 0o644],
    ]);
  });

  it('tells the unit which credentials to load', () => {
    const state = greeter({ secrets: [{ secret: 'vendor-token', kind: 'brought', title: 'Vendor' }] });
    expect(state.secrets).toMatchObject([{ credential: 'vendor-token', form: 'value', onChange: 'restart' }]);
    expect(state.files[0]?.content).toContain(
      'LoadCredentialEncrypted=vendor-token:/etc/credstore.encrypted/unde.greeter.vendor-token',
    );
  });

  it('has flags only where it reads some', () => {
    expect(greeter()).not.toHaveProperty('flags');
    expect(greeter({ flags: [] })).not.toHaveProperty('flags');
    const flag = { name: 'TONE', type: 'enum', default: 'warm', purpose: 'how it greets' } as const;
    expect(greeter({ flags: [flag] }).flags).toEqual([flag]);
  });
});

describe("the desired state of a third party's", () => {
  it('is its packages and what it renders for the host', () => {
    const state = mailer({ after: ['postgres'], foundation: true, packageSource: 'add the archive' });
    expect(state).toMatchObject({
      kind: 'platform',
      unit: 'mailer.service',
      packages: ['mailer-daemon'],
      packageSource: 'add the archive',
      release: undefined,
      stopSeconds: 90,
      after: ['postgres'],
      foundation: true,
    });
    expect(state.files).toEqual([{ path: '/etc/mailer.conf', content: 'name one\n', mode: 0o640 }]);
    expect(mailer({}, { host: 'two' }).files[0]?.content).toBe('name two\n');
  });

  it('rolls in batches only where its members are independent', () => {
    expect(mailer().rolling).toBe('independent');
    expect(mailer({ rolling: 'quorum' }).rolling).toBe('one-by-one');
    expect(mailer({ rolling: 'primary-replica' }).rolling).toBe('one-by-one');
  });

  it('has the timers of its jobs beside its further units', () => {
    const state = mailer({ companions: () => ['mailer-queue.timer'], jobs: [JOB] });
    expect(state.companions).toEqual(['mailer-queue.timer', 'unde-job-mailer-tidy-up.timer']);
    expect(paths(state)).toContain('/etc/systemd/system/unde-job-mailer-tidy-up.service');
    const timer = state.files.find(({ path }) => path.endsWith('tidy-up.timer'));
    expect(timer?.content).toContain('OnCalendar=*-*-* 03:00:00 Europe/Helsinki');
  });

  it('has further units and jobs only on the hosts that they are for', () => {
    const jobs: PlatformManifest['jobs'] = ({ host }) => (host.name === 'two' ? [JOB] : []);
    expect(mailer({ jobs }).companions).toEqual([]);
    expect(mailer({ jobs }, { host: 'two' }).companions).toEqual(['unde-job-mailer-tidy-up.timer']);
  });
});

describe('what names the desired state', () => {
  it('is the same every time, and 64 hexadecimal digits', () => {
    expect(greeter()).toEqual(greeter());
    expect(greeter().generation).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps the digest of a release when settings change, and makes another generation of it', () => {
    const settings = [
      { variable: 'GREETING', key: 'greeting', type: 'string', default: 'hello', purpose: 'what it says' },
    ] as const;
    const before = greeter({ settings });
    const after = greeter({ settings }, { settings: { greeting: 'good evening' } });
    expect(after.digest).toBe(before.digest);
    expect(after.generation).not.toBe(before.generation);
  });

  it('makes another generation of another release', () => {
    const other = greeter({}, { release: { ...RELEASE, digest: 'b'.repeat(64) } });
    expect(other.digest).toBe('b'.repeat(64));
    expect(other.generation).not.toBe(greeter().generation);
  });

  it.each<[string, Partial<PlatformManifest>]>([
    ['a file', { files: () => [{ path: '/etc/mailer.conf', content: 'name other\n', mode: 0o640 }] }],
    ['a mode', { files: () => [{ path: '/etc/mailer.conf', content: 'name one\n', mode: 0o644 }] }],
    ['the packages', { packages: ['mailer-daemon', 'mailer-tools'] }],
    ['a further unit', { companions: ['mailer-queue.timer'] }],
    ['a job', { jobs: [JOB] }],
  ])("follows %s of a third party's", (_what, parts) => {
    expect(mailer(parts).digest).not.toBe(mailer().digest);
    expect(mailer(parts).generation).not.toBe(mailer().generation);
  });

  it('does not follow a new value of a secret: going back must not bring an old password back', () => {
    const secrets = [{ secret: 'vendor-token', kind: 'brought', title: 'Vendor' }] as const;
    const [first, second] = ['first', 'second'].map((version) =>
      greeter({ secrets }, { entries: [{ name: 'vendor-token', version }] }),
    );
    expect(first?.secrets[0]?.version).toBe('first');
    expect(second?.secrets[0]?.version).toBe('second');
    expect(second?.generation).toBe(first?.generation);
  });

  it('does not follow what the gate waits for', () => {
    const patient = { command: 'true', startSeconds: 100, stableSeconds: 20 };
    expect(mailer({ health: patient }).generation).toBe(mailer().generation);
  });
});

describe('the credentials of what verifies others', () => {
  const secrets = [
    { secret: 'password-of-x', kind: 'password', title: 'Password', form: 'sha256', onChange: 'reload' },
  ] as const;

  it('are two while the secret is being rotated, so that neither value is refused', () => {
    const entries = [{ name: 'password-of-x', version: 'old', next: 'new' }];
    expect(mailer({ secrets }, { entries }).secrets).toEqual([
      {
        credential: 'password-of-x',
        secret: 'password-of-x',
        form: 'sha256',
        onChange: 'reload',
        which: 'current',
        version: 'old',
      },
      {
        credential: 'password-of-x.next',
        secret: 'password-of-x',
        form: 'sha256',
        onChange: 'reload',
        which: 'next',
        version: 'new',
      },
    ]);
  });

  it('are one, without a version, while the store does not have the secret', () => {
    expect(mailer({ secrets }).secrets).toMatchObject([{ which: 'current', version: undefined }]);
  });
});
