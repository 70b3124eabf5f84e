// Where the Parley server is, e.g. 'https://chat.example.org'. Empty: the server that this page came from.
// To host the web app elsewhere, edit this file and name that origin in the server's PARLEY_ALLOWED_ORIGINS.
window.PARLEY = { server: '' }
