import { describe, expect, it } from 'vitest';
import { JsonTextError } from '../../../src-main/base/json-tree.ts';
import { parseJsonText } from '../../../src-main/store/json-text.ts';

describe('JSON text with lines', () => {
  it('returns the value, and the line of each value in it', () => {
    const document = parseJsonText(
      '\uFEFF{\n  "a": 1,\n  "b": [\n    true,\n    {"c": "x\\n\\u00e4"}\n  ]\n}\n',
    );
    expect(document.value).toEqual({ a: 1, b: [true, { c: 'x\nä' }] });
    expect(document.lineOf([])).toBe(1);
    expect(document.lineOf(['a'])).toBe(2);
    expect(document.lineOf(['b', 1, 'c'])).toBe(5);
    expect(document.lineOf(['b', 7])).toBe(3);
  });

  it('treats a member named __proto__ like any other', () => {
    const { value } = parseJsonText('{"__proto__": {"polluted": true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['{\n  "a": 1,\n}', 2, 'the comma before } has nothing after it: remove it'],
    ['[\n1,\n2 ,\n\n]', 3, 'the comma before ] has nothing after it: remove it'],
    ['[1,\n\n,2]', 3, 'there is nothing before this comma'],
    ['[\n// mine\n1]', 2, 'JSON has no comments: remove this one'],
    ['[1,\n# mine\n2]', 2, 'JSON has no comments: remove this one'],
    ["[\n'a']", 2, 'strings must be in double quotes'],
    ['[\n"a\n"]', 2, 'this string has no closing quote on its line'],
    ['["\\u12"]', 1, 'four hex digits are expected after \\u'],
    ['["\\x"]', 1, 'this backslash does not start a valid escape'],
    ['{\n  "a" 1}', 2, 'a colon is expected here'],
    ['[1,\n2', 2, 'a comma or ] is expected here'],
    ['{"a": 1,\n"a": 2}', 2, '"a" is given twice'],
    ['[\n\n01]', 3, 'a comma or ] is expected here'],
    ['', 1, 'the file ends too early'],
    ['{}\n{}', 2, 'there is text after the end of the document'],
    ["{\n'a': 1}", 2, 'a name in double quotes is expected here'],
    ['['.repeat(40), 1, 'it is nested too deeply'],
  ])('reports the line and reason of the error in %j', (text, line, reason) => {
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
