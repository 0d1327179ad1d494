import { describe, expect, it } from 'vitest';
import { JsonTextError } from '../../../src-main/base/json-tree.ts';
import { parseJsonText } from '../../../src-main/store/json-text.ts';

describe('JSON text with lines', () => {
  it('gives the value and the line of everything in it', () => {
    const document = parseJsonText(
      '\uFEFF{\n  "a": 1,\n  "b": [\n    true,\n    {"c": "x\\n\\u00e4"}\n  ]\n}\n',
    );
    expect(document.value).toEqual({ a: 1, b: [true, { c: 'x\nä' }] });
    expect(document.lineOf([])).toBe(1);
    expect(document.lineOf(['a'])).toBe(2);
    expect(document.lineOf(['b', 1, 'c'])).toBe(5);
    expect(document.lineOf(['b', 7])).toBe(3);
  });

  it('takes a member named __proto__ for a member', () => {
    const { value } = parseJsonText('{"__proto__": {"polluted": true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['{\n  "a": 1,\n}', 2, 'the comma before } has nothing behind it: remove it'],
    ['[\n1,\n2 ,\n\n]', 3, 'the comma before ] has nothing behind it: remove it'],
    ['[1,\n\n,2]', 3, 'there is nothing before this comma'],
    ['[\n// mine\n1]', 2, 'JSON has no remarks: remove this one'],
    ['[1,\n# mine\n2]', 2, 'JSON has no remarks: remove this one'],
    ["[\n'a']", 2, 'texts stand in double quotes'],
    ['{\n  "a" 1}', 2, 'a colon is expected here'],
    ['[1,\n2', 2, 'a comma or ] is expected here'],
    ['{"a": 1,\n"a": 2}', 2, '"a" is given twice'],
    ['[\n\n01]', 3, 'a comma or ] is expected here'],
    ['', 1, 'the file ends too early'],
    ['{}\n{}', 2, 'there is text after the end of the document'],
    ["{\n'a': 1}", 2, 'a name in double quotes is expected here'],
    ['['.repeat(40), 1, 'it is nested too deeply'],
  ])('names the line and the fault of %j', (text, line, reason) => {
    let fault: unknown;
    try {
      parseJsonText(text);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(JsonTextError);
    expect(fault).toMatchObject({ line, message: reason });
  });
});
