import { act, renderHook } from '@testing-library/react';
import { useLive } from './useLive';

/** Lets the browser say that the page is seen, or isn't. */
function see(visible: boolean) {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden');
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

const pass = (seconds: number) => act(() => jest.advanceTimersByTimeAsync(seconds * 1000));

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('what is read again', () => {
  it('is read until it is final', async () => {
    let reads = 0;
    const { result } = renderHook(() =>
      useLive(async () => ++reads, { key: 'a', again: value => value < 3 && 5 }),
    );
    expect(result.current).toMatchObject({ loading: true, value: undefined });
    await pass(0);
    expect(result.current).toMatchObject({ loading: false, value: 1 });
    await pass(4);
    expect(reads).toBe(1);
    await pass(2);
    expect(reads).toBe(2);
    await pass(100);
    expect(reads).toBe(3);
  });

  it('rests while nobody sees the page, and goes on at once when somebody does', async () => {
    let reads = 0;
    renderHook(() => useLive(async () => ++reads, { key: 'a', again: () => 5 }));
    await pass(0);
    see(false);
    await pass(60);
    expect(reads).toBe(1);
    see(true);
    await pass(0);
    expect(reads).toBe(2);
  });

  it('stays final when the page is seen again', async () => {
    let reads = 0;
    renderHook(() => useLive(async () => ++reads, { key: 'a', again: () => false }));
    await pass(0);
    see(false);
    see(true);
    await pass(60);
    expect(reads).toBe(1);
  });

  it('ends when it is unmounted', async () => {
    let reads = 0;
    const { unmount } = renderHook(() =>
      useLive(async () => ++reads, { key: 'a', again: () => 5 }),
    );
    await pass(0);
    unmount();
    await pass(60);
    expect(reads).toBe(1);
  });

  it("drops another key's late answer", async () => {
    const answer = new Map<string, (text: string) => void>();
    const { result, rerender } = renderHook(
      ({ name }) =>
        useLive(() => new Promise<string>(resolve => answer.set(name, resolve)), {
          key: name,
          again: () => false,
        }),
      { initialProps: { name: 'one' } },
    );
    await pass(0);
    rerender({ name: 'two' });
    await pass(0);
    await act(async () => answer.get('two')!('two'));
    await act(async () => answer.get('one')!('one'));
    expect(result.current.value).toBe('two');
  });

  it('keeps what it has through an error, and tries again after a longer pause each time', async () => {
    let broken = false;
    let reads = 0;
    const { result } = renderHook(() =>
      useLive(
        async () => {
          reads++;
          if (broken) {
            throw new Error('no');
          }
          return reads;
        },
        { key: 'a', again: () => 5 },
      ),
    );
    await pass(0);
    broken = true;
    await pass(5);
    expect(result.current).toMatchObject({ value: 1, error: { message: 'no' } });
    await pass(6);
    expect(reads).toBe(3);
    await pass(11);
    expect(reads).toBe(3);
    broken = false;
    await pass(2);
    expect(result.current).toMatchObject({ value: 4, error: undefined });
  });

  it('does not ask again by itself for what it may not see', async () => {
    let reads = 0;
    const { result } = renderHook(() =>
      useLive<number>(
        async () => {
          reads++;
          throw Object.assign(new Error('no'), { statusCode: 403 });
        },
        { key: 'a', again: () => 5 },
      ),
    );
    await pass(100);
    expect(reads).toBe(1);
    act(() => result.current.reload());
    await pass(0);
    expect(reads).toBe(2);
  });
});
