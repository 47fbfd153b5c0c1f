import { StringDecoder } from 'node:string_decoder';

/**
 * Reads server-sent events (WHATWG HTML, 9.2) as far as the fleet's services use them: `data:` lines, and comments.
 *
 * @param onData Called with each event's data.
 * @returns Takes the stream piece by piece, however it was cut.
 */
export function eventReader(onData: (data: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  return (chunk) => {
    const events = (partial + decoder.write(chunk)).split('\n\n');
    partial = events.pop() ?? '';
    for (const event of events) {
      const data = event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart());
      if (data.length > 0) onData(data.join('\n'));
    }
  };
}
