import { type Html, html } from './html.ts';

/** Renders names and values as a table with a heading; empty for no rows. */
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
