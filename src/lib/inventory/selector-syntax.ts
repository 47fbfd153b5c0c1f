import { UndeError } from '../common/error/unde-error.ts';

/** The kinds of name that a selector can ask for; `any` is a bare name. */
type FactorKind = 'any' | 'service' | 'host' | 'group' | 'site' | 'phase' | 'status' | 'all';

/** One name of a selector. */
export interface Factor {
  readonly kind: FactorKind;
  readonly name: string;
  /** `!`: everything but this. */
  readonly negated: boolean;
}

/** What a selector says: the union of `include`, each an intersection, less everything in `exclude`. */
export interface SelectorSyntax {
  readonly include: readonly (readonly Factor[])[];
  readonly exclude: readonly Factor[];
}

const KINDS: readonly string[] = ['service', 'host', 'group', 'site', 'phase', 'status'];
const NAME = /^[a-z0-9*][a-z0-9*-]*$/;

/**
 * Parses a selector.
 *
 *     selector = term *( "," term )          any of the terms
 *     term     = factor *( "+" factor )      all of the factors at once
 *     factor   = ["!"] ( "all" | name | "@" site | kind ":" name )
 *
 * A term that is one negated factor takes away from the whole. `*` in a name stands for any characters.
 *
 * @throws UndeError BAD_SELECTOR
 */
export function parseSelector(text: string): SelectorSyntax {
  const include: Factor[][] = [];
  const exclude: Factor[] = [];
  for (const term of text.split(',')) {
    const factors = term.split('+').map((factor) => parseFactor(factor.trim(), text));
    const [first] = factors;
    if (factors.length === 1 && first?.negated === true) exclude.push({ ...first, negated: false });
    else if (factors.every((factor) => factor.negated)) {
      throw badSelector(text, `"${term.trim()}" only takes away`, `say from what: all+${term.trim()}`);
    } else include.push(factors);
  }
  if (include.length === 0) {
    throw badSelector(text, 'it only takes away', `say from what: 'all,${text}'`);
  }
  return { include, exclude };
}

function parseFactor(written: string, selector: string): Factor {
  const negated = written.startsWith('!');
  const rest = negated ? written.slice(1) : written;
  const named = (kind: FactorKind, name: string): Factor => {
    if (!NAME.test(name)) {
      throw badSelector(
        selector,
        name === '' ? 'a name is missing' : `"${name}" cannot be a name`,
        'for example: embedder  local-app,local-redis  @helsinki  host:embedder  group:shard-0  all,!posthog',
      );
    }
    return { kind, name, negated };
  };
  if (rest === 'all') return { kind: 'all', name: 'all', negated };
  if (rest.startsWith('@')) return named('site', rest.slice(1));
  const colon = rest.indexOf(':');
  if (colon < 0) return named('any', rest);
  const kind = rest.slice(0, colon);
  if (!KINDS.includes(kind)) {
    throw badSelector(selector, `"${kind}:" is no kind of name`, `kinds are: ${KINDS.join(', ')}`);
  }
  return named(kind as FactorKind, rest.slice(colon + 1));
}

function badSelector(selector: string, why: string, hint: string): UndeError {
  return new UndeError({
    code: 'BAD_SELECTOR',
    message: `"${selector}" is not a selector: ${why}`,
    exit: 'usage',
    hint,
  });
}
