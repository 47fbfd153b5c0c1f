import { readFileSync } from 'node:fs';
import path from 'node:path';
import { machineFiles } from '../machine.ts';
import { OFFSET_FILE } from './drop-in.ts';

/**
 * How far the clock of a machine's services is from this machine's, in seconds, read from its disk: also of a machine
 * that does not answer.
 */
export function clockOffset(lab: string, host: string): number {
  try {
    return Number(readFileSync(path.join(machineFiles(lab, host).root, OFFSET_FILE), 'utf8')) || 0;
  } catch {
    return 0;
  }
}
