import { z } from 'zod/mini';
import { UndeError, messageOf } from '../common/error/unde-error.ts';

const Value = {
  version: z.string(),
  changed: z.string(),
  by: z.string(),
  /** The beginning of the encrypted file's SHA-256: which file is in force. */
  file: z.string(),
  /** What names the set of recipients that the file is encrypted to. */
  recipients: z.string(),
  public: z.optional(z.string()),
};

const Index = z.object({
  operators: z.record(z.string(), z.object({ recipient: z.string(), since: z.string() })),
  secrets: z.record(
    z.string(),
    z.object({
      kind: z.enum(['brought', 'password', 'database-login', 'wireguard-key', 'certificate']),
      ...Value,
      rotation: z.optional(z.enum(['prepared', 'promoted'])),
      next: z.optional(z.object(Value)),
    }),
  ),
});

/** What stands in `secrets/index.yaml`. */
export type Index = z.infer<typeof Index>;
/** What stands there of one secret. */
export type IndexEntry = Index['secrets'][string];
/** What stands there of one value. */
export type IndexValue = NonNullable<IndexEntry['next']>;

const HEAD = `# What there is in this folder. Nothing here is secret; commit it together with the .age files.
# Written by \`unde secrets\`, \`unde operators\` and \`unde pki\`; two changes at once merge line by line.
`;

/** The text of an index. */
export async function renderIndex(index: Index): Promise<string> {
  const { stringify } = await import('./yaml.ts');
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = stringify(
    { operators: sorted(index.operators), secrets: sorted(index.secrets) },
    { lineWidth: 0 },
  );
  return `${HEAD}${text}`;
}

/**
 * Reads an index.
 *
 * @param file Its path, for messages.
 * @throws UndeError BAD_INDEX
 */
export async function parseIndex(text: string, file: string): Promise<Index> {
  const { parse } = await import('./yaml.ts');
  try {
    return Index.parse(parse(text));
  } catch (error) {
    throw new UndeError({
      code: 'BAD_INDEX',
      message: `the index of the secrets cannot be read: ${messageOf(error).split('\n').slice(0, 2).join(' ')}`,
      exit: 'config',
      where: { file },
      hint: 'after a merge, take whole entries of either side; the .age files go with them',
      cause: error,
    });
  }
}
