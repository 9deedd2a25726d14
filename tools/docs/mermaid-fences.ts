interface Fence {
  readonly info: string;
  readonly content: string;
}

type FenceRule = (tokens: readonly Fence[], index: number, ...rest: unknown[]) => string;

/** A plug-in of markdown-it that renders `mermaid` fences as diagrams, like the repository's host. */
export const mermaidFences = (md: { renderer: { rules: { fence?: unknown } } }): void => {
  const other = md.renderer.rules.fence as FenceRule;
  md.renderer.rules.fence = ((tokens, index, ...rest) => {
    const { info, content } = tokens[index]!;
    if (info.trim() !== 'mermaid') return other(tokens, index, ...rest);
    return `<ClientOnly><Mermaid code="${encodeURIComponent(content)}" /></ClientOnly>`;
  }) satisfies FenceRule;
};
