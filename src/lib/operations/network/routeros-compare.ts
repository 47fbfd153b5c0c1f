import { MARK, type RouterItem } from '../../desired/network/routeros-plan.ts';
import type { ExportedItem } from './routeros-export.ts';

const FILTER = '/ip firewall filter';

/** One way in which a router is not as planned. */
export interface RouterDifference {
  readonly kind: 'missing' | 'differs' | 'extra' | 'order';
  readonly menu: string;
  /** The item, as its key: `name=wg-app`. */
  readonly item: string;
  /** What it has and what it should have; empty where the whole item is meant. */
  readonly detail: string;
}

/**
 * Compares a router with its plan; a pure function. Items of others are left alone: extra is what carries our mark, is
 * a WireGuard interface, or hangs on one, and is not in the plan.
 */
export function compareRouter(
  planned: readonly RouterItem[],
  exported: readonly ExportedItem[],
): RouterDifference[] {
  const matched = new Set<ExportedItem>();
  const wrong = planned.flatMap((item): RouterDifference[] => {
    const found = exported.find((each) => each.menu === item.menu && sameKey(item, each));
    if (found === undefined) return [difference('missing', item, item.key)];
    matched.add(found);
    const details = Object.entries(item.values).flatMap(([key, value]) =>
      sameValue(item.menu, key, value, found.values[key])
        ? []
        : [`${key} is ${found.values[key] ?? 'not set'}, and should be ${value}`],
    );
    return details.length === 0 ? [] : [difference('differs', item, item.key, details.join('; '))];
  });
  const tunnels = new Set(
    exported.flatMap(({ menu, values }) => (menu === '/interface wireguard' ? (values['name'] ?? []) : [])),
  );
  const extra = exported
    .filter((each) => !matched.has(each) && isOurs(each, tunnels))
    .map((each) => difference('extra', each, Object.keys(each.values).slice(0, 2)));
  return [...wrong, ...orderOf(planned, exported), ...coveredOf(planned, exported), ...extra];
}

/** Of a rule that ends everything, whatever comes, and of what it says beside that. */
const UNCONDITIONAL = new Set(['chain', 'action', 'comment', 'log', 'log-prefix', 'reject-with']);

/** Rules of ours behind one that ends everything of their chain are never reached. */
function coveredOf(planned: readonly RouterItem[], exported: readonly ExportedItem[]): RouterDifference[] {
  const comments = new Set(
    planned.filter((item) => item.menu === FILTER).map(({ values }) => values['comment']),
  );
  const rules = exported.filter(({ menu }) => menu === FILTER);
  return rules.flatMap((rule, index): RouterDifference[] => {
    const wall = rules
      .slice(0, index)
      .find(
        ({ values }) =>
          values['chain'] === rule.values['chain'] &&
          /^(?:drop|reject|accept)$/.test(values['action'] ?? 'accept') &&
          Object.keys(values).every((key) => UNCONDITIONAL.has(key)),
      );
    if (wall === undefined || !comments.has(rule.values['comment'])) return [];
    const { chain = '', action = 'accept' } = wall.values;
    return [
      difference(
        'order',
        rule,
        ['comment'],
        `stands behind a rule of ${chain} that ends in ${action} for everything`,
      ),
    ];
  });
}

/** The filter's rules must stand in the plan's order, whatever stands between them. */
function orderOf(planned: readonly RouterItem[], exported: readonly ExportedItem[]): RouterDifference[] {
  const wanted = planned.filter((item) => item.menu === FILTER).map(({ values }) => values['comment']);
  const there = exported
    .filter((item) => item.menu === FILTER && wanted.includes(item.values['comment']))
    .map(({ values }) => values['comment']);
  const sorted = wanted.filter((comment) => there.includes(comment));
  const at = there.findIndex((comment, index) => comment !== sorted[index]);
  return at < 0
    ? []
    : [{ kind: 'order', menu: FILTER, item: `comment=${there[at]}`, detail: `belongs behind ${sorted[at]}` }];
}

function sameKey(item: RouterItem, { values }: ExportedItem): boolean {
  return item.key.every((key) => sameValue(item.menu, key, item.values[key] ?? '', values[key]));
}

/** What RouterOS leaves out of an export because it is the default, or writes in another way. */
const DEFAULTS: Readonly<Record<string, string>> = { mtu: '1420' };

function sameValue(menu: string, key: string, wanted: string, is: string | undefined): boolean {
  const found = is ?? (menu === '/interface wireguard' ? DEFAULTS[key] : undefined);
  if (key === 'comment' && menu !== FILTER) return true;
  if (key === 'network' && found === undefined) return true;
  if (found === undefined) return false;
  return listed(key, found) === listed(key, wanted);
}

/** Lists in any order, and addresses with or without /32, are the same. */
function listed(key: string, value: string): string {
  if (!/address$|port$/.test(key)) return value;
  return value
    .split(',')
    .map((item) => item.replace(/\/32$/, ''))
    .sort()
    .join(',');
}

function isOurs({ menu, values }: ExportedItem, tunnels: ReadonlySet<string>): boolean {
  if (menu === '/interface wireguard' || menu === '/interface wireguard peers') return true;
  if ((values['comment'] ?? '').startsWith(MARK)) return true;
  return [values['interface'], values['gateway']].some((name) => name !== undefined && tunnels.has(name));
}

function difference(
  kind: RouterDifference['kind'],
  item: ExportedItem,
  keys: readonly string[],
  detail = '',
): RouterDifference {
  const named = keys.map((key) => `${key}=${item.values[key] ?? ''}`).join(' ');
  return { kind, menu: item.menu, item: named, detail };
}
