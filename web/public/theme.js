// Runs before the first paint, so that a chosen theme does not flash the other one.
try {
  const theme = localStorage.getItem('parley.theme')
  if (theme === '"light"' || theme === '"dark"') {
    document.documentElement.dataset.theme = theme.slice(1, -1)
  }
} catch {
  // Without storage the system's theme stands.
}
