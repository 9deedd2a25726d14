/** The blocks of a PEM text that have the label, each with a line end. Source: RFC 7468 */
export const pemBlocks = (text: string, label: string): string[] => {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g) ?? [];
  return blocks.filter((block) => block.startsWith(`-----BEGIN ${label}-----`)).map((block) => `${block}\n`);
};
