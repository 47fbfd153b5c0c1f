import { describe, expect, it } from 'vitest';
import {
  armedGateScript,
  gateFunctions,
  journalCommand,
  type Gated,
} from '../../../../src/lib/operations/deploy/gate-script.ts';
import { prepareScript } from '../../../../src/lib/operations/deploy/prepare-script.ts';
import { reloadScript } from '../../../../src/lib/operations/deploy/reload-script.ts';
import { placeSecretsScript } from '../../../../src/lib/operations/deploy/secrets-script.ts';
import { confirmScript } from '../../../../src/lib/operations/deploy/confirm-script.ts';
import { pruneScript } from '../../../../src/lib/operations/deploy/prune-script.ts';
import { switchScript } from '../../../../src/lib/operations/deploy/switch-script.ts';
import { undoScript } from '../../../../src/lib/operations/deploy/undo-script.ts';
import { factsScript } from '../../../../src/lib/fleet/facts/script.ts';
import { leaseScript } from '../../../../src/lib/fleet/ledger/lease.ts';
import { syntaxErrors } from '../../common/shell/bash.ts';
import { B, C, DEPLOY, DESIRED } from './fixture.ts';

/** Breaks out of whatever is not quoted; without a single quote, so that quoted text can be told by a pattern. */
const HOSTILE = 'a"b $(touch /nowhere/pwned) `id` \\ !x; exit 9 #';

const gated: Gated = {
  unit: DEPLOY.unit,
  port: 8099,
  health: DESIRED.health,
  stopSeconds: 5,
  release: B,
};
const BY_COMMAND = { command: HOSTILE, startSeconds: 5, stableSeconds: 1 };
const variants = [
  DEPLOY,
  { ...DEPLOY, hasRelease: false, action: 'rollback' as const, abandons: true },
  { ...DEPLOY, by: HOSTILE, unit: `unde-${HOSTILE}.service` },
];
const query = {
  services: [
    {
      name: 'hello',
      unit: DEPLOY.unit,
      port: 8099,
      health: { path: '/health', ready: '/ready', startSeconds: 8, stableSeconds: 2 },
    },
    {
      name: 'mute',
      unit: 'mute.service',
      health: { command: HOSTILE, startSeconds: 5, stableSeconds: 1 },
      companions: [HOSTILE],
    },
    {
      name: 'odd',
      unit: `${HOSTILE}.service`,
      port: 1,
      health: { path: HOSTILE, ready: HOSTILE, startSeconds: 8, stableSeconds: 2 },
    },
  ],
  files: [{ path: `/etc/${HOSTILE}`, sha256: C }],
  packages: ['bash', HOSTILE],
  releases: [{ service: 'hello', digest: B, blobs: [C] }],
  ledgerLines: 10,
  sampleCpu: true,
  probeHealth: true,
};

describe('every script that is sent to a host', () => {
  it.each<[string, string]>([
    ...variants.flatMap((deploy, index): [string, string][] => [
      [`undo ${index}`, undoScript(deploy)],
      [`switch ${index}`, switchScript(deploy, 35, 'previous')],
      [`first switch ${index}`, switchScript(deploy, 35, '')],
      [`switch after a return ${index}`, switchScript(deploy, 35, undefined)],
      [`gate ${index}`, armedGateScript(deploy, gated)],
      [`confirm ${index}`, confirmScript(deploy, 'c0ffee', 3)],
    ]),
    ['gate of a platform service', gateFunctions({ ...gated, release: undefined })],
    ['journal', journalCommand(HOSTILE)],
    ['prepare', prepareScript(DEPLOY.id, DESIRED)],
    [
      'prepare with packages',
      prepareScript(DEPLOY.id, {
        ...DESIRED,
        release: undefined,
        packages: ['etcd', HOSTILE],
        packageHint: HOSTILE,
      }),
    ],
    ['gate by a command', gateFunctions({ ...gated, release: undefined, health: BY_COMMAND })],
    [
      'reload',
      reloadScript('hello', { ...gated, unit: HOSTILE, health: BY_COMMAND, release: undefined }, 'id by'),
    ],
    ['secrets', placeSecretsScript('hello', [HOSTILE])],
    ['prune', pruneScript('hello', 5)],
    ['lease', leaseScript(['hello'], HOSTILE, `${HOSTILE}\nsecond line`)],
    ['facts', factsScript(query)],
  ])('%s is sound bash, and holds no name unquoted', (_, script) => {
    expect(syntaxErrors(script)).toBe('');
    // Quoted, the command substitution stands between single quotes only; outside them it would run.
    const outside = script.replaceAll(/^\s*#.*$/gm, '').replaceAll(/'[^']*'/g, '');
    expect(outside).not.toContain('$(touch');
    expect(outside).not.toContain('exit 9 #');
  });

  it('says what is known of packages that apt does not find', () => {
    const script = prepareScript(DEPLOY.id, {
      ...DESIRED,
      packages: ['etcd'],
      packageHint: 'it is elsewhere',
    });
    expect(script).toContain("apt_failed='apt-get could not install etcd; it is elsewhere'");
    expect(prepareScript(DEPLOY.id, { ...DESIRED, packages: ['etcd'] })).toContain(
      "apt_failed='apt-get could not install etcd'\n",
    );
  });

  it('takes no line of a lock for two', () => {
    const script = leaseScript(['hello'], 'a\tb\nc', 'why\nnot');
    expect(script).toContain(`'a b c' 'why not'`);
  });
});
