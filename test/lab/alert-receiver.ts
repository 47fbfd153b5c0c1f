import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { labSwitchNamespace } from '../../src/lib/lab/state.ts';
import { CHAT, HOOK, TOKEN, type Message } from './alert-receiver-process.ts';
import type { TestFleet } from './fleet.ts';

/** Where the operator's side of every lab is. */
const OPERATOR = '198.18.240.1';
const PORT = 8181;

/** Telegram and Slack, as far as a lab has them: what operators were told. */
export class AlertReceiver {
  readonly messages: Message[] = [];
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Starts it in the network of a lab, and has the lab's Alertmanager send there from its next deploy on. */
  static async start(fleet: TestFleet): Promise<AlertReceiver> {
    const script = path.join(import.meta.dirname, 'alert-receiver-process.ts');
    const child = spawn(
      'nsenter',
      [`--net=/run/netns/${labSwitchNamespace(fleet.lab)}`, '--', process.execPath, script, String(PORT)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const receiver = new AlertReceiver(child);
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the receiver ended with code ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === 'listening') resolve();
        else receiver.messages.push(JSON.parse(line) as Message);
      });
    });
    await addressMessages(fleet);
    return receiver;
  }

  /** What was told since a moment, in milliseconds since the epoch. */
  since(at: number): Message[] {
    return this.messages.filter((message) => message.at >= at);
  }

  stop(): void {
    this.#process.removeAllListeners('exit');
    this.#process.kill();
  }
}

async function addressMessages(fleet: TestFleet): Promise<void> {
  const at = `http://${OPERATOR}:${PORT}`;
  await fleet.edit(({ services }) => {
    services['alertmanager'] = { settings: { telegram_chats: [CHAT], telegram_url: at } };
  });
  for (const [name, value] of [
    ['alertmanager-telegram-token', TOKEN],
    ['alertmanager-slack-url', at + HOOK],
  ] as const) {
    const secret = path.join(fleet.directory, name);
    await writeFile(secret, `${value}\n`);
    await fleet.ok('secrets', 'set', name, '--file', secret);
  }
}
