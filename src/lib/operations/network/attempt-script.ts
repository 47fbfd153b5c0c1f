/** How long a connection may take, in seconds: a lost packet is sent again after one, and again after three. */
const CONNECT_SECONDS = 4;

/** How many connections one host tries at the same time. */
const AT_ONCE = 16;

/** What came of one try. */
export type AttemptResult = 'open' | 'refused' | 'no answer' | 'no way';

/**
 * Tries TCP connections from a host, by bash alone: neither nc nor nmap need be there. Prints `tried INDEX RESULT`
 * lines, in no order.
 *
 * @param sockets What to connect to, each an address and a port.
 */
export function attemptScript(
  sockets: readonly { readonly address: string; readonly port: number }[],
): string {
  return `
export LC_ALL=C
try() {
  local said code
  # shellcheck disable=SC2016 # the other bash expands them
  said=$(timeout ${CONNECT_SECONDS} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1); code=$?
  case $code:$said in
    0:*) said=open ;; 124:*) said=timeout ;;
    *refused*) said=refused ;; *timed\\ out*) said=timeout ;; *) said=unreachable ;;
  esac
  printf 'tried %s %s\\n' "$1" "$said"
}
index=0
while read -r address port; do
  try "$index" "$address" "$port" &
  index=$((index + 1))
  (($(jobs -rp | wc -l) < ${AT_ONCE})) || wait -n
done <<'TARGETS'
${sockets.map(({ address, port }) => `${address} ${port}`).join('\n')}
TARGETS
wait`.trim();
}

const WORDS: Readonly<Record<string, AttemptResult>> = {
  open: 'open',
  refused: 'refused',
  timeout: 'no answer',
  unreachable: 'no way',
};

/** Reads what {@link attemptScript} printed: what was found, by the socket's place in the list. */
export function parseAttempts(stdout: string): ReadonlyMap<number, AttemptResult> {
  const found = new Map<number, AttemptResult>();
  for (const line of stdout.split('\n')) {
    const [, index, word] = /^tried (\d+) (\w+)$/.exec(line) ?? [];
    const meaning = WORDS[word ?? ''];
    if (index !== undefined && meaning !== undefined) found.set(Number(index), meaning);
  }
  return found;
}
