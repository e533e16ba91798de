import { redact, registerSecret } from './secrets';

describe('redact', () => {
  it('masks a secret as it is, in a URL, in JSON and in base64', () => {
    const secret = 'p&ss "wörd"';
    registerSecret(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const form of forms)
      expect(redact(`before ${form} after`)).toMatch(/^before .*\*\*\*.* after$/);
    expect(forms.map(redact).join()).not.toContain('wörd');
  });

  it('masks the longer of two secrets of which one contains the other', () => {
    registerSecret('hunter2');
    registerSecret('hunter2-extended');
    expect(redact('hunter2-extended hunter2')).toBe('*** ***');
  });

  it('leaves ordinary words alone when a secret is empty or too short to be one', () => {
    registerSecret('');
    registerSecret(undefined);
    registerSecret('a');
    expect(redact('a plain table')).toBe('a plain table');
  });
});
