import { UndeError } from '../../common/error/unde-error.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import { makeValue } from '../../secrets/make.ts';
import type { SecretStore, StoreDraft } from '../../secrets/store.ts';

/** What {@link generateSecrets} did. */
export interface Generated {
  /** Names of the secrets that were made. */
  readonly made: readonly string[];
  /** Secrets that only an operator can bring, and that are missing. */
  readonly missing: readonly SecretSpec[];
}

/**
 * Sees to it that the store has every secret of a list: makes those that the tool can make, and in a lab stand-ins for
 * those that an operator would bring. In production a missing one of these is an error, and then nothing is made.
 *
 * @param by Who asked for it.
 * @returns Names of the secrets that were made.
 * @throws UndeError SECRETS_MISSING, NO_OPERATORS, STORE_BUSY
 */
export async function ensureSecrets(
  store: SecretStore,
  specs: readonly SecretSpec[],
  by: string,
): Promise<readonly string[]> {
  const missing = missingOf(store, specs);
  const toBring = store.context === 'lab' ? [] : missing.filter(({ kind }) => kind === 'brought');
  if (toBring.length > 0) throw secretsMissing(toBring);
  if (missing.length === 0) return [];
  return (await generateSecrets(store, specs, by)).made;
}

/** The secrets of a list that are missing and can be made: in a lab all that are missing, by stand-ins. */
export function makableSecrets(store: SecretStore, specs: readonly SecretSpec[]): SecretSpec[] {
  return missingOf(store, specs).filter(({ kind }) => kind !== 'brought' || store.context === 'lab');
}

/** Makes every secret of a list that is missing and can be made. */
export async function generateSecrets(
  store: SecretStore,
  specs: readonly SecretSpec[],
  by: string,
): Promise<Generated> {
  const missing = missingOf(store, specs);
  const makable = makableSecrets(store, specs);
  const made =
    makable.length === 0 ? [] : await store.change(by, (draft) => makeMissing(draft, makable, store.context));
  const names = new Set(makable.map(({ secret }) => secret));
  return { made, missing: missing.filter(({ secret }) => !names.has(secret)) };
}

async function makeMissing(
  draft: StoreDraft,
  specs: readonly SecretSpec[],
  context: SecretStore['context'],
): Promise<string[]> {
  const made: string[] = [];
  // Another command may have made some since the store was read.
  for (const spec of missingOf(draft, specs)) {
    const { value, public: publicPart } =
      spec.kind === 'brought' && context === 'lab' ? standIn(spec) : await makeValue(spec, draft);
    await draft.put(spec.secret, value, {
      kind: spec.kind,
      public: publicPart,
    });
    made.push(spec.secret);
  }
  return made;
}

/** What a vendor would have given: recognisable, so that nobody takes it for a key that was lost. */
function standIn(spec: SecretSpec): { value: string; public?: undefined } {
  return { value: spec.standIn ?? `stand-in-of-this-lab-for-${spec.secret}` };
}

/** One spec for each missing secret: what verifies a secret says less of it than what holds it. */
function missingOf(store: Pick<SecretStore, 'entry'>, specs: readonly SecretSpec[]): SecretSpec[] {
  const byName = new Map<string, SecretSpec>();
  for (const spec of specs) {
    if (store.entry(spec.secret) !== undefined) continue;
    byName.set(spec.secret, { ...spec, ...byName.get(spec.secret) });
  }
  return [...byName.values()];
}

/** The error of secrets that an operator has to bring. */
function secretsMissing(specs: readonly SecretSpec[]): UndeError {
  const names = specs.map(({ secret }) => secret);
  return new UndeError({
    code: 'SECRETS_MISSING',
    message: `${names.length} secret(s) have to be brought before: ${names.join(', ')}`,
    exit: 'config',
    details: specs.map(({ secret, title }) => `${secret}: ${title}`),
    hint: names.map((name) => `unde secrets set ${name}`).join('; '),
  });
}
