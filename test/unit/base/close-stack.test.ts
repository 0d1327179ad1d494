import { describe, expect, it } from 'vitest';
import { CloseStack } from '../../../src-main/base/close-stack.ts';

describe('the close stack', () => {
  it('closes in reverse order, one after the other, and only once', async () => {
    const closed: string[] = [];
    const stack = new CloseStack();
    stack.add(() => {
      closed.push('first');
    });
    stack.add(async () => {
      await Promise.resolve();
      closed.push('second');
    });
    await stack.close();
    await stack.close();
    expect(closed).toEqual(['second', 'first']);
  });

  it('names the steps that are not closed, the current one first', async () => {
    const stack = new CloseStack<'demo' | 'database'>();
    const seen: (readonly string[])[] = [];
    const look = (): void => {
      seen.push(stack.steps);
    };
    stack.add(look, 'database');
    stack.add(look);
    stack.add(look, 'demo');
    look();
    await stack.close();
    look();
    expect(seen).toEqual([['demo', 'database'], ['demo', 'database'], ['database'], ['database'], []]);
  });

  it('closes everything when some fail, and throws the first failure', async () => {
    const closed: string[] = [];
    const stack = new CloseStack();
    stack.add(() => {
      closed.push('opened first');
    });
    stack.add(() => {
      throw new Error('fails second');
    });
    stack.add(() => Promise.reject(new Error('fails first')));
    await expect(stack.close()).rejects.toThrow('fails first');
    expect(closed).toEqual(['opened first']);
  });
});
