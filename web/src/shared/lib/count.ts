/** As the reader writes numbers: "1 member", "10,000 members". */
export const countOf = (count: number, one: string): string =>
  `${count.toLocaleString()} ${one}${count === 1 ? '' : 's'}`
