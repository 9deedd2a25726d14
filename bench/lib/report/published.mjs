export const writePublished = () => [];
