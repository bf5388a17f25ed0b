// The settings of telling people: the mail server, the address people open, the key of webhooks' secrets.
import { Type } from 'typebox';

export const NotificationSettings = Type.Object({
  smtpUrl: Type.Optional(
    Type.String({
      env: 'STETHOS_SMTP_URL',
      description: 'Mail server for notifications; absent: no mail is sent, and each alert says so',
      wanted: 'a URL like smtp://user:password@host:587 or smtps://host',
      pattern: '^smtps?://.+',
      secret: true,
    }),
  ),
  smtpFrom: Type.Optional(
    Type.String({
      env: 'STETHOS_SMTP_FROM',
      description: 'Sender of the mails',
      wanted: 'an address like stethos@example.org',
      pattern: '^[a-z0-9._-]+@.+',
    }),
  ),
  publicUrl: Type.Optional(
    Type.String({
      env: 'STETHOS_PUBLIC_URL',
      description: 'Where people open the dashboard, for the links in notifications; absent: they carry none',
      wanted: 'a URL like https://stethos.example.org',
      pattern: '^https?://.+',
    }),
  ),
  secretsKey: Type.Optional(
    Type.String({
      env: 'STETHOS_SECRETS_KEY',
      description:
        'Seals the secrets of webhooks; the same in every process. Absent: made once and kept in secrets.key under STETHOS_DATA',
      wanted: 'at least 32 characters',
      minLength: 32,
      maxLength: 500,
      secret: true,
    }),
  ),
  privateWebhooks: Type.Enum(['refuse', 'allow'], {
    env: 'STETHOS_WEBHOOK_PRIVATE',
    description: 'Whether webhooks may go to addresses inside the network, and by plain http',
    default: 'refuse',
  }),
});
