/**
 * Holds one TCP connection to a machine's sshd from inside a lab, and tells what happens on it, a line an event:
 * `connected` with the banner, `data`, `closed`, `error CODE`. Each line on standard input sends something that sshd
 * answers.
 */
import net from 'node:net';

const socket = net.connect({ host: process.argv[2] ?? '', port: 22 });
let greeted = false;
socket.on('data', () => {
  console.log(greeted ? 'data' : 'connected');
  greeted = true;
});
socket.on('close', () => console.log('closed'));
socket.on('error', (error: NodeJS.ErrnoException) => console.log(`error ${error.code}`));
process.stdin.on('data', () => socket.write('SSH-2.0-probe\r\n'));
process.stdin.on('end', () => process.exit(0));
