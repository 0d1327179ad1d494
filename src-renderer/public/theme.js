// Sets the chosen theme before the first paint; stores/preferences.ts saves it. The Content-Security-Policy allows no inline script.
const theme = localStorage.getItem('enodeck.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
