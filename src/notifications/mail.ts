// Mail by SMTP. The Message-ID is the delivery's own, so that a mail that was sent twice is one to who receives it.
import { createTransport } from 'nodemailer';
import { letterOf } from './letter.ts';
import { htmlLetterOf } from './letter-html.ts';
import { NotTaken, type Sender } from './sending.ts';

export interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://...`. */
  url: string;
  from: string;
  publicUrl: string | null;
  timeoutMs: number;
}

interface SmtpError {
  code?: string;
  responseCode?: number;
  message: string;
}

/** The server refused this message or this receiver for good (RFC 5321 4.2.1: 5yz); a refused sign-in may be mended. */
const isFinal = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;

const domainOf = (from: string): string => /@([^>\s]+)/.exec(from)?.[1] ?? 'stethos.local';

export function createMail({ url, from, publicUrl, timeoutMs }: MailOptions): Sender {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ delivery, address, language, timeZone, content, createdAt }) {
      try {
        await transport.sendMail({
          from,
          to: address,
          subject: content.subject,
          // Who cannot show the one shows the other.
          text: letterOf(content, { language, timeZone, publicUrl }),
          html: htmlLetterOf(content, { language, timeZone, publicUrl }),
          date: new Date(createdAt),
          messageId: `<${delivery}@${domainOf(from)}>`,
          headers: { 'X-Stethos-Delivery': delivery, 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        const failure = error as SmtpError;
        throw new NotTaken(`mail server: ${failure.message}`, isFinal(failure));
      }
    },
    close: () => transport.close(),
  };
}
