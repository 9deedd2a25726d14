import { type Html, html } from './html.ts';

/** A table of names and values under a heading; nothing where there are none. */
export const nameTable = (
  heading: Html,
  rows: readonly (readonly [name: string, value: string])[],
): readonly Html[] | undefined => {
  if (rows.length === 0) return undefined;
  const cells = rows.map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr> `,
  );
  return [
    heading,
    html`<table>
      ${cells}
    </table> `,
  ];
};
