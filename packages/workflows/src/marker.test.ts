import {
  describeTask,
  describeWorkflow,
  ownText,
  readMarker,
  readOwner,
  readSystem,
  readTaskDigest,
  readTaskId,
  withoutMarker,
} from './marker';
import { LONGEST_ID } from './synth/names';

const DIGEST = '0123456789ab';
const base = {
  id: 'orders-daily',
  description: 'Loads orders.',
  owner: 'group:default/sales',
  protect: false,
  params: [],
};

describe('markers', () => {
  it('stands after the human text, and is read back', () => {
    const text = describeWorkflow(base, DIGEST);
    expect(text).toBe(
      'Loads orders.\nOwner: group:default/sales\n[dolphinstage:1 orders-daily 0123456789ab]',
    );
    expect(readMarker(text)).toEqual({
      id: 'orders-daily',
      digest: DIGEST,
      protect: false,
      verbatim: false,
    });
    expect(withoutMarker(text)).toBe('Loads orders.\nOwner: group:default/sales');
  });

  it('says who answers for it', () => {
    for (const description of ['', 'Loads orders.', 'Owner: not-this\nnor this']) {
      const text = describeWorkflow({ ...base, description }, DIGEST);
      expect(readOwner(text)).toBe('group:default/sales');
    }
    expect(readOwner('Loads orders.\nOwner: nobody in particular')).toBeUndefined();
  });

  it('says what it is a part of, before who answers for it', () => {
    const system = 'system:default/shop';
    for (const description of [
      '',
      'Loads orders.',
      'System: not-this\nOwner: nor-this\nnor this',
    ]) {
      const text = describeWorkflow({ ...base, description, system }, DIGEST);
      expect(readSystem(text)).toBe(system);
      expect(readOwner(text)).toBe('group:default/sales');
      expect(ownText(text).trim()).toBe(description);
    }
    expect(describeWorkflow({ ...base, system }, DIGEST)).toBe(
      'Loads orders.\nSystem: system:default/shop\nOwner: group:default/sales\n[dolphinstage:1 orders-daily 0123456789ab]',
    );
    expect(readSystem(describeWorkflow(base, DIGEST))).toBeUndefined();
    // Without an owner it isn't how we write it.
    expect(readSystem('Loads orders.\nSystem: shop')).toBeUndefined();
    expect(ownText('Loads orders.\nSystem: shop')).toBe('Loads orders.\nSystem: shop');
  });

  it('says that a workflow is protected', () => {
    expect(readMarker(describeWorkflow({ ...base, protect: true }, DIGEST))?.protect).toBe(true);
  });

  it('takes 90 characters at most, also with the longest id', () => {
    const text = describeWorkflow({ ...base, id: 'x'.repeat(LONGEST_ID), protect: true }, DIGEST);
    expect(text.length - withoutMarker(text).length).toBeLessThanOrEqual(90);
  });

  it("finds no marker in somebody else's text", () => {
    for (const text of [
      '',
      'Loads orders.',
      '[dolphinstage:1 x]',
      `[dolphinstage:1 a ${DIGEST}] and more`,
      `[dolphinstage:2 a ${DIGEST}]`,
    ]) {
      expect(readMarker(text)).toBeUndefined();
    }
  });

  it("cuts a task's long text, never its digest", () => {
    const text = describeTask('long '.repeat(100), DIGEST);
    expect(text).toHaveLength(254);
    expect(readTaskDigest(text)).toBe(DIGEST);
    expect(describeTask('', DIGEST)).toBe(`[dolphinstage:1 ${DIGEST}]`);
    expect(withoutMarker(describeTask('Says hello.', DIGEST))).toBe('Says hello.');
    // A sign of two halves is never halved: the server couldn't keep the half.
    expect(describeTask(`x${'🐬'.repeat(200)}`, DIGEST).isWellFormed()).toBe(true);
  });

  it("says a task's id, where that isn't its name", () => {
    const text = describeTask('Says hello.', DIGEST, 'say-hello');
    expect(readTaskId(text)).toBe('say-hello');
    expect(readTaskDigest(text)).toBe(DIGEST);
    expect(withoutMarker(text)).toBe('Says hello.');
    expect(readTaskId(describeTask('Says hello.', DIGEST))).toBeUndefined();
  });
});
