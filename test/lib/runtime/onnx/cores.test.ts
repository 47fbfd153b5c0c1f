import { describe, expect, it } from 'vitest';
import { physicalCores } from '../../../../src/lib/runtime/onnx/cores.ts';

const processor = (physical: number, core: number) =>
  `processor : 0\nphysical id\t: ${physical}\nsiblings : 4\ncore id\t\t: ${core}\ncpu cores : 2\n`;

describe('physicalCores', () => {
  it('counts the threads of one core once', () => {
    const cpuinfo = [processor(0, 0), processor(0, 1), processor(0, 0), processor(0, 1)].join('\n');
    expect(physicalCores(cpuinfo, 4)).toBe(2);
  });

  it('counts the same core number in two sockets twice', () => {
    expect(physicalCores([processor(0, 0), processor(1, 0)].join('\n'), 2)).toBe(2);
  });

  it('takes no more than the process may use', () => {
    expect(physicalCores([processor(0, 0), processor(0, 1)].join('\n'), 1)).toBe(1);
  });

  it('takes what the process may use where the processor says nothing', () => {
    expect(physicalCores('processor : 0\nBogoMIPS : 50\n', 3)).toBe(3);
  });
});
