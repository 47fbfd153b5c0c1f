/**
 * Stands in for Telegram and Slack inside a lab, in their own wire formats: `node alert-receiver-process.ts PORT`. A line
 * of JSON for each message that was accepted; what either would refuse is refused in its own words.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
export const CHAT = -1001234567890;
export const HOOK = '/services/T0STANDIN/B0STANDIN/abcdefghijklmnopqrstuvwx';

/** One message that an operator would have got. */
export interface Message {
  readonly to: 'telegram' | 'slack';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function answer(
  path: string,
  body: string,
): { status: number; type: string; text: string; message?: string } {
  const telegram = /^\/bot([^/]+)\/sendMessage$/.exec(path);
  const json = (status: number, value: unknown, message?: string) => ({
    status,
    type: 'application/json',
    text: JSON.stringify(value),
    message,
  });
  if (telegram !== null) {
    const { chat_id, text } = JSON.parse(body) as { chat_id: number | string; text: string };
    if (telegram[1] !== TOKEN) {
      return json(401, { ok: false, error_code: 401, description: 'Unauthorized' });
    }
    if (Number(chat_id) !== CHAT) {
      return json(400, { ok: false, error_code: 400, description: 'Bad Request: chat not found' });
    }
    const result = { message_id: 1, date: 0, chat: { id: CHAT, type: 'supergroup' }, text };
    return json(200, { ok: true, result }, text);
  }
  if (path === HOOK) {
    const { attachments = [] } = JSON.parse(body) as { attachments?: { title: string; text: string }[] };
    const text = attachments.map((each) => `${each.title}\n${each.text}`).join('\n');
    return { status: 200, type: 'text/html', text: 'ok', message: text };
  }
  return { status: 404, type: 'text/plain', text: 'no_service' };
}

if (import.meta.main) {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const { status, type, text, message } = answer(path, await bodyOf(request));
    if (message !== undefined) {
      const told: Message = { to: path === HOOK ? 'slack' : 'telegram', at: Date.now(), text: message };
      process.stdout.write(`${JSON.stringify(told)}\n`);
    }
    response.writeHead(status, { 'Content-Type': type }).end(text);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(Number(process.argv[2]), () => process.stdout.write('listening\n'));
}
