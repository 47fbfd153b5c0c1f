import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { recognition as recognitionSchema, type Recognition } from '../contracts/recognize.ts';
import { fleetOptions, timeoutFlag } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { UndeError, messageOf } from '../lib/common/error/unde-error.ts';
import type { ServiceAnswer } from '../lib/fleet/ask/ask-service.ts';
import { withService, type AskedService } from '../lib/fleet/ask/with-service.ts';
import { photoForm } from '../lib/operations/recognize/photo-form.ts';
import { StepFollower } from '../lib/operations/recognize/steps.ts';
import { renderRecognition, renderStep } from '../lib/operations/recognize/render.ts';
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
    return withService(fleet, catalog, SERVICE, async (service) => {
      const ask = { timeoutMs: flags.timeout * 1000, signal: interruptSignal() };
      const accepted = read(await service.ask({ ...ask, method: 'POST', path: '/recognize', body }));
      const final = await this.#follow(service, accepted, ask, flags.watch);
      this.log(renderRecognition(final));
      this.endWith({ failed: final.state !== 'done' });
      return final;
    });
  }

  /** Follows a request to its end; the stream ends with it. */
  async #follow(
    service: AskedService,
    accepted: Recognition,
    ask: { timeoutMs: number; signal: AbortSignal },
    watch: boolean,
  ): Promise<Recognition> {
    const follower = new StepFollower(accepted, (step) => {
      if (watch) this.log(renderStep(step));
    });
    const path = `/recognize/${accepted.id}/events`;
    await service.follow({ ...ask, method: 'GET', path }, (data) =>
      follower.see(recognitionSchema.parse(JSON.parse(data))),
    );
    if (!watch) for (const step of follower.last.steps) this.log(renderStep(step));
    return follower.last;
  }
}

/** What recognition takes: a form with the photo, or JSON with its URL. */
async function requestBody(photo: string): Promise<FormData | object> {
  if (/^https?:\/\//.test(photo)) return { id: randomUUID(), image_url: photo };
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

function read({ status, body }: ServiceAnswer): Recognition {
  if (status === 200 || status === 202) return recognitionSchema.parse(JSON.parse(body));
  const said = /"message":"([^"]*)"/.exec(body)?.[1] ?? body.slice(0, 200);
  throw new UndeError({
    code: 'NOT_ACCEPTED',
    message: `recognition answered ${status}: ${said}`,
    exit: 'failed',
    hint: `unde logs ${SERVICE}`,
  });
}
