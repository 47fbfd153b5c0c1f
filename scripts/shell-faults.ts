/** How many columns a line of shell may have. */
const COLUMNS = 120;

/** Words that are followed by names of variables: `local a b=1`, `read -r -t 2 a b`, `mapfile -t a`. */
const DECLARATION =
  /(?<![\w-])(?:local|declare|typeset|readonly|export|read|mapfile)((?: +-(?:[a-zA-Z]*[tudnNpi] +(?:'[^']*'|"[^"]*"|\S+)|\w+))*)((?: +[\w]+(?:\+?=(?:\([^)]*\)|"[^"]*"|'[^']*'|[^\s;)]*))?)+)/g;

/** An assignment, and the variable of a loop. */
const ASSIGNMENT = /(?:^|[\s;&|({])([A-Za-z])\+?=(?!=|~)|\bfor (?:\(\()?([A-Za-z])(?= in\b| ?=|;)/g;

/**
 * What stands against our style in a text of shell, beyond what shellcheck and shfmt see: lines that are too long, and
 * variables of one letter, which tell nothing.
 *
 * @param columns How many a line may have.
 * @returns `LINE: what is wrong`, one for each fault.
 */
export function shellFaults(text: string, columns = COLUMNS): string[] {
  return text.split('\n').flatMap((line, index) => {
    const faults = line.length > columns ? [`${line.length} columns, more than ${columns}`] : [];
    if (!/^\s*#/.test(line)) {
      faults.push(...oneLetterNames(line).map((name) => `the variable ${name} has one letter`));
    }
    return faults.map((fault) => `${index + 1}: ${fault}`);
  });
}

function oneLetterNames(line: string): string[] {
  const declared = [...line.matchAll(DECLARATION)].flatMap(([, , names = '']) =>
    names
      .trim()
      .split(/ +/)
      .map((name) => name.replace(/\+?=.*/, '')),
  );
  const assigned = [...line.matchAll(ASSIGNMENT)].map(([, name, loop]) => name ?? loop ?? '');
  return [...new Set([...declared, ...assigned])].filter((name) => /^[A-Za-z]$/.test(name));
}
