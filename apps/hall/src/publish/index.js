// The look-up of a household. The page of the verifier is asked behind the # of its address, which no
// server is told.
for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const household = form.elements.household.value.trim();
    if (!household) return;
    location.href = 'check.html#' + new URLSearchParams({ household, lang: form.dataset.lang });
  });
}
