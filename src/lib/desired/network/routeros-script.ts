import type { RouterItem } from './routeros-plan.ts';

/**
 * Renders a script for RouterOS 7 that makes the items. No private key is in it: the router makes one up with the
 * first interface and gives it to the others itself, so that it never leaves the router.
 *
 * @param host The gateway's name.
 */
export function renderRouterScript(host: string, items: readonly RouterItem[]): string {
  const menus = Map.groupBy(items, ({ menu }) => menu);
  const interfaces = (menus.get('/interface wireguard') ?? []).map(({ values }) => values['name'] ?? '');
  const [first = ''] = interfaces;
  return [
    `# RouterOS 7: the tunnels of ${host}. Rendered by unde; paste it into a terminal of the router.`,
    '# Rules of the filter are added at its end: move them above a rule of your own that drops everything.',
    '# Afterwards record the public key that it prints, and compare: unde network routeros --check EXPORT',
    ...[...menus].flatMap(([menu, own]) => [
      '',
      menu.replaceAll(' ', '/'),
      ...own.map((item) => `add ${valuesText(item, menu === '/interface wireguard' ? first : '')}`),
    ]),
    '',
    '# Its own public key, for the inventory: settings of the gateway, wireguard: { public_key: "…" }',
    `:put [/interface/wireguard/get [find name=${quoted(first)}] public-key]`,
    '',
  ].join('\n');
}

/** One item's values; every interface but the first takes the first's private key. */
function valuesText({ values }: RouterItem, keyOf: string): string {
  const text = Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
  const taken = keyOf === '' || values['name'] === keyOf;
  return [
    ...text,
    ...(taken ? [] : [`private-key=[/interface/wireguard/get [find name=${quoted(keyOf)}] private-key]`]),
  ].join(' ');
}

/** RouterOS reads these characters without quotes. */
function quoted(value: string): string {
  return /^[\w.,/:-]+$/.test(value) ? value : `"${value.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
}
