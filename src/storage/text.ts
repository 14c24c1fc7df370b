/** A text of several lines as one. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
