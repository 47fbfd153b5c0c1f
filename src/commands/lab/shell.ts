import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { machineOf } from '../../lib/lab/cut.ts';
import { replaceProcess } from '../../lib/lab/enter.ts';
import { sshCommand } from '../../lib/lab/login.ts';
import { labOf } from '../../lib/lab/status.ts';

export default class LabShell extends BaseCommand {
  static override enableJsonFlag = false;
  static override summary = "Open a shell on a lab's machine, by the system's OpenSSH.";
  static override examples = ['<%= config.bin %> <%= command.id %> embedder'];
  static override args = {
    host: Args.string({ required: true, description: 'a machine of the lab' }),
  };
  static override flags = { ...labNameFlag };

  async run(): Promise<never> {
    const { args, flags } = await this.parse(LabShell);
    const name = labNameOf(flags);
    const lab = await labOf(name);
    return replaceProcess(sshCommand(name, machineOf(lab, args.host), []));
  }
}
