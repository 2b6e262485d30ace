import {Cursor} from './cursor.ts';
import type {Token} from './token.ts';

/** `('name' = 'value', delta.name = true)`: properties as texts. */
export function readProperties(items: readonly (readonly Token[])[]): ReadonlyMap<string, string> {
  return new Map(
    items.map((item): [string, string] => {
      const cursor = new Cursor(item);
      const name = cursor.peek()?.kind === 'text' ? cursor.text() : cursor.parts().join('.');
      cursor.expectSymbol('=');
      const value = cursor.next();
      cursor.end();
      return [name, value.text];
    }),
  );
}
