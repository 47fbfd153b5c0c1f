import { execa } from 'execa';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { machineOf } from '../../lib/lab/cut.ts';
import { nsenterCommand, replaceProcess } from '../../lib/lab/enter.ts';
import { splitExec } from '../../lib/lab/exec-line.ts';
import { remoteCommand, sshCommand } from '../../lib/lab/login.ts';
import { systemPath } from '../../lib/lab/process.ts';
import { labOf } from '../../lib/lab/status.ts';

/** What a command in the lab answered. */
interface Answer {
  readonly host: string | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export default class LabExec extends BaseCommand {
  static override strict = false;
  static override usage = 'lab exec [HOST] [-n NAME] [--json] -- COMMAND...';
  static override summary = "Run a command on a lab's machine, or on this one from inside the lab's network.";
  static override description = `With HOST the command runs there, as root. Without, it runs here, but in the network namespace that the operator's
side of the lab is: it reaches the lab's machines and nothing else. The exit code is the command's own.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder -- systemctl --failed',
    '<%= config.bin %> <%= command.id %> -- curl -s http://198.18.240.10:8003/health',
  ];
  static override flags = { ...labNameFlag };

  async run(): Promise<Answer> {
    const { host, command, own } = splitExec(this.argv);
    const { flags } = await this.parse(LabExec, own);
    const name = labNameOf(flags);
    const lab = await labOf(name);
    if (command.length === 0) {
      throw new UndeError({
        code: 'NO_COMMAND',
        message: 'there is no command to run',
        exit: 'usage',
        hint: 'put it behind two dashes: unde lab exec embedder -- uptime',
      });
    }
    const line =
      host === undefined
        ? nsenterCommand(name, command)
        : sshCommand(name, machineOf(lab, host), [remoteCommand(command)]);
    // A command of ours that is run in here means this lab, whatever the operator's shell says.
    const env = { ...process.env, ...systemPath(), UNDE_CONTEXT: `lab:${name}` };
    if (!this.jsonEnabled()) return replaceProcess(line, env);
    const [file, ...args] = line;
    const result = await execa(file, args, { reject: false, stdin: 'inherit', env });
    if (result.exitCode !== 0) process.exitCode = result.exitCode ?? 1;
    return {
      host: host ?? null,
      code: result.exitCode ?? null,
      stdout: result.stdout,
      stderr: result.stderr,
    };
  }
}
