// A mail server for tests: SMTP (RFC 5321) as far as a client needs it, over a real socket, with the faults a test asks for.
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Header names in lower case. */
  headers: Record<string, string>;
  /** The text of it. */
  body: string;
  html: string | null;
}

export interface MailFaults {
  /** Answer to the next RCPT TO instead of 250, once for each entry. */
  recipients?: string[];
  /** Takes the mail, then says nothing: the client never hears of it. */
  isSilentAfterData?: boolean;
  /** Takes the connection and does not greet. */
  isDeaf?: boolean;
}

export async function startMailServer(faults: MailFaults = {}) {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    connections += 1;
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (faults.isDeaf !== true) converse(socket, faults, (mail) => mails.push(mail));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    mails,
    faults,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

function converse(socket: Socket, faults: MailFaults, take: (mail: ReceivedMail) => void): void {
  let buffered = '';
  let isData = false;
  let mail: Pick<ReceivedMail, 'from' | 'to'> = { from: '', to: [] };
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  say('220 test ESMTP');
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') say('250 test');
    else if (verb === 'MAIL') {
      mail = { from: addressOf(line), to: [] };
      say('250 ok');
    } else if (verb === 'RCPT') {
      const answer = faults.recipients?.shift();
      if (answer !== undefined) return say(answer);
      mail.to.push(addressOf(line));
      say('250 ok');
    } else if (verb === 'DATA') {
      isData = true;
      say('354 go on');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    for (;;) {
      const end = isData ? '\r\n.\r\n' : '\r\n';
      const at = buffered.indexOf(end);
      if (at < 0) return;
      const text = buffered.slice(0, at);
      buffered = buffered.slice(at + end.length);
      if (!isData) {
        command(text);
        continue;
      }
      isData = false;
      take({ ...mail, ...parsed(text) });
      if (faults.isSilentAfterData !== true) say('250 taken');
    }
  });
}

const addressOf = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';

function parsed(text: string): Pick<ReceivedMail, 'headers' | 'body' | 'html'> {
  const split = text.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of text
    .slice(0, split)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = decodedWords(line.slice(colon + 1).trim());
  }
  const raw = text.slice(split + 4).replaceAll('\r\n..', '\r\n.');
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) {
    return { headers, body: decodedBody(raw, headers['content-transfer-encoding'] ?? ''), html: null };
  }
  // RFC 2046 5.1: what stands before the first and after the last boundary is no part.
  const parts = raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => parsed(part.replace(/^\r\n/, '')));
  const ofType = (type: string) => parts.find((part) => part.headers['content-type']?.startsWith(type))?.body;
  return { headers, body: ofType('text/plain') ?? '', html: ofType('text/html') ?? null };
}

/** RFC 2047 words, base64 or quoted. */
function decodedWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString('utf8') : quoted(word.replaceAll('_', ' ')),
    );
}

function decodedBody(raw: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(raw, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? quoted(raw.replaceAll('=\r\n', '')) : raw;
}

const quoted = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
