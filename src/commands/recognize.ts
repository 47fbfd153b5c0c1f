import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { recognition as recognitionSchema, type Recognition } from '../contracts/recognize.ts';
import { fleetOptions, timeoutFlag } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { UndeError, messageOf } from '../lib/common/error/unde-error.ts';
import { hostRequest, type HostAnswer } from '../lib/fleet/ask/host-request.ts';
import { photoForm } from '../lib/operations/recognize/photo-form.ts';
import { eventReader } from '../lib/operations/recognize/event-stream.ts';
import { StepFollower } from '../lib/operations/recognize/steps.ts';
import { renderRecognition, renderStep } from '../lib/operations/recognize/render.ts';
import { connect } from '../lib/fleet/ssh/connect.ts';
import type { Connection } from '../lib/fleet/ssh/connection.ts';
import { catalog } from '../registry.ts';

const SERVICE = 'recognition';

export default class Recognize extends FleetCommand {
  static override summary =
    'Send a photo through recognition, and show what it finds and what each step took.';
  static override description =
    'Asks the service on its own host, over SSH. The photo is a file, or a URL on a host that the gateway may fetch from. Exit code 7 where the request ended without a result.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> photo.jpg --context lab',
    '<%= config.bin %> <%= command.id %> photo.jpg --watch --context lab',
  ];
  static override args = {
    photo: Args.string({ required: true, description: 'a file, or a URL' }),
  };
  static override flags = {
    ...fleetOptions,
    watch: Flags.boolean({ char: 'w', description: 'print each step as it ends' }),
    ...timeoutFlag('to wait for the result', 60),
  };

  async run(): Promise<Recognition> {
    const { args, flags } = await this.parse(Recognize);
    const body = await requestBody(args.photo);
    const fleet = await this.openFleet(flags);
    const host = fleet.hosts.find(({ services }) => services.includes(SERVICE));
    if (host === undefined) {
      throw new UndeError({
        code: 'NOT_IN_FLEET',
        message: 'no host of this fleet runs recognition',
        exit: 'refused',
        hint: 'unde lab up recognition',
      });
    }
    const { port = 0 } = await catalog.manifest(SERVICE);
    const target = fleet.target(host);
    const connection = await connect(target);
    try {
      const signal = interruptSignal();
      const ask = { port, timeoutMs: flags.timeout * 1000, signal };
      const accepted = read(
        await hostRequest(connection, target.user, { ...ask, method: 'POST', path: '/recognize', ...body }),
      );
      const final = await this.#follow(connection, target.user, accepted, ask, flags.watch);
      this.log(renderRecognition(final));
      this.endWith({ failed: final.state !== 'done' });
      return final;
    } finally {
      connection.close();
    }
  }

  /** Follows a request to its end; the stream ends with it. */
  async #follow(
    connection: Connection,
    user: string,
    accepted: Recognition,
    ask: { port: number; timeoutMs: number; signal: AbortSignal },
    watch: boolean,
  ): Promise<Recognition> {
    const follower = new StepFollower(accepted, (step) => {
      if (watch) this.log(renderStep(step));
    });
    const onData = eventReader((data) => follower.see(recognitionSchema.parse(JSON.parse(data))));
    const path = `/recognize/${accepted.id}/events`;
    await hostRequest(connection, user, { ...ask, method: 'GET', path, onBody: onData });
    if (!watch) for (const step of follower.last.steps) this.log(renderStep(step));
    return follower.last;
  }
}

async function requestBody(
  photo: string,
): Promise<{ headers: Record<string, string>; body: Buffer | string }> {
  if (/^https?:\/\//.test(photo)) {
    const headers = { 'Content-Type': 'application/json' };
    return { headers, body: JSON.stringify({ id: randomUUID(), image_url: photo }) };
  }
  try {
    return photoForm(await readFile(photo), randomUUID());
  } catch (error) {
    throw new UndeError({
      code: 'NO_PHOTO',
      message: `${photo} cannot be read: ${messageOf(error)}`,
      exit: 'usage',
      where: { file: photo },
      hint: 'name a file, or a URL that begins with http:// or https://',
    });
  }
}

function read({ status, body }: HostAnswer): Recognition {
  if (status === 200 || status === 202) return recognitionSchema.parse(JSON.parse(body));
  const said = /"message":"([^"]*)"/.exec(body)?.[1] ?? body.slice(0, 200);
  throw new UndeError({
    code: 'NOT_ACCEPTED',
    message: `recognition answered ${status}: ${said}`,
    exit: 'failed',
    hint: `unde logs ${SERVICE}`,
  });
}
