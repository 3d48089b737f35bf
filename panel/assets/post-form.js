// Sends the form that takes the payer to another site; its button does the same without this script.
document.querySelector('form[data-post-at-once]')?.submit();
