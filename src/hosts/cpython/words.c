/* words.c - the core's texts: "TaskGroup %G is finished" becomes what CPython says.
 *
 * Mirrors    The f-strings of taskgroups.py and tasks.py, and PyErr_Format in _asynciomodule.c.
 * Re-enters  A repr may run code of the program. */
#include "pyhost.h"

static PyObject *words_object(char letter, const pyac_subjects *subjects)
{
    PyObject *object = subjects->value;
    if (letter == 'T')
        object = subjects->task != NULL ? pyac_task_object(subjects->task) : NULL;
    else if (letter == 'P')
        object = subjects->parent != NULL ? pyac_task_object(subjects->parent)
                                          : pyac_loop_of(subjects->loop)->other_task;
    else if (letter == 'F')
        object = subjects->future != NULL ? pyac_object_of(subjects->future) : NULL;
    else if (letter == 'G')
        object = subjects->group != NULL ? pyac_group_object(subjects->group) : NULL;
    else if (letter == 'L')
        object = pyac_loop_of(subjects->loop)->object;
    return object != NULL ? object : Py_None;
}

/* The text that stands for a placeholder. */
static PyObject *words_subject(char letter, const pyac_subjects *subjects)
{
    PyObject *object = words_object(letter, subjects);
    if (letter == 'E')
        return PyUnicode_FromString(object != Py_None ? Py_TYPE(object)->tp_name : "MemoryError");
    return PyObject_Repr(object);
}

/* Appends, stealing part; both may be NULL. */
static void words_add(PyObject **text, PyObject *part)
{
    if (part == NULL)
        Py_CLEAR(*text);
    else if (*text != NULL)
        PyUnicode_Append(text, part);
    Py_XDECREF(part);
}

PyObject *pyac_words(const char *text, const pyac_subjects *subjects)
{
    PyObject *words = PyUnicode_FromString("");
    const char *mark;
    while (words != NULL && (mark = strchr(text, '%')) != NULL && mark[1] != '\0') {
        words_add(&words, PyUnicode_FromStringAndSize(text, mark - text));
        if (strchr("TPFGLVE", mark[1]) != NULL)
            words_add(&words, words_subject(mark[1], subjects));
        else
            words_add(&words, PyUnicode_FromStringAndSize(mark, 2));
        text = mark + 2;
    }
    words_add(&words, PyUnicode_FromString(text));
    return words;
}
