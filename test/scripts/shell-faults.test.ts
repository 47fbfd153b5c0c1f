import { describe, expect, it } from 'vitest';
import { shellFaults } from '../../scripts/shell-faults.ts';

describe('shellFaults', () => {
  it.each([
    'x=1',
    'set -u; x=1',
    '  [[ $name ]] && x=$name',
    'x+=(more)',
    'local name x',
    'local name=1 x=2',
    'local names=("${@}") x',
    'while IFS= read -r x; do',
    'while read -r name x _; do',
    "read -r -t 2 -d '' -n 4096 x <&7",
    'declare -A x=()',
    'mapfile -t x <file',
    'for x in one two; do',
    'for ((x = 0; x < 3; x++)); do',
    '{ read -r name; read -r x; } <file',
    'name=; x=',
  ])('finds the variable of one letter in %s', (line) => {
    expect(shellFaults(`true\n${line}`)).toEqual(['2: the variable x has one letter']);
  });

  it.each([
    'name=value',
    'read -r _ name',
    'read -r -u 8 name',
    'read -r -t 0.5 -n 1 name',
    'local name=$1 other',
    'for name in a b; do',
    '# x=1 is a comment',
    'install -m 644 a b',
    '[[ $name == x ]]',
    'systemctl show -p x --value=y',
    'printf "%s" "$name=x"',
  ])('finds none in %s', (line) => {
    expect(shellFaults(line)).toEqual([]);
  });

  it('counts columns', () => {
    expect(shellFaults('#'.repeat(120))).toEqual([]);
    expect(shellFaults(`\n${'#'.repeat(121)}`)).toEqual(['2: 121 columns, more than 120']);
  });
});
